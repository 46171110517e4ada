"""What goes in and out, one module per noun; the OpenAPI document is made of these."""
