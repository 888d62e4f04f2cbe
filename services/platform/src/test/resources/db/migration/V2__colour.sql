alter table things add colour text;
