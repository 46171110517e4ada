"""Who signs in: users by e-mail address, and the API tokens that act for them."""
