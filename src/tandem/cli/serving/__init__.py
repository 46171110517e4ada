"""`tandem serve` as a group of processes: a parent that supervises, the web server, a worker."""
