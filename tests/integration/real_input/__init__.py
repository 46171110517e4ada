"""Address books that other programs and the real service wrote, through the whole product."""
