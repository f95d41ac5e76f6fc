"""A toy third party of ksd_eval: how warm is the light in a picture?"""
