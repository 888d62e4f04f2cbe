-- As on a live system: without locking the table.
create index concurrently things_note on things (note);
