"""A small latent diffusion model of the painted world, and the recipe that trained it."""
