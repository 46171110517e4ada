"""The pages on which a person plays Google's side: plain HTML, rendered on the server, working without JavaScript."""
