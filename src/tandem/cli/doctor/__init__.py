"""`tandem doctor`: what is checked, one module per side. Import the checks only once Django is set up."""
