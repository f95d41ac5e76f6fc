"""The stages of the recipe, one file each, in the order in which `train` runs them."""
