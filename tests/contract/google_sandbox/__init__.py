"""The sandbox Google, held against what is known of the real one."""
