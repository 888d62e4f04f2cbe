-- A zone is read and written as a whole: its options with their tables of rates are one document.
create table zones (
  zone_id text primary key check (zone_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  display_name text not null check (length(display_name) between 1 and 100),
  -- emporion.shipping.v1.Zone with nothing but its options, in the contract's own encoding.
  options bytea not null check (octet_length(options) > 0),
  version int not null check (version > 0)
);

-- A region belongs to one zone; this key is what finds the zone of a destination.
create table zone_regions (
  region text constraint zone_regions_region_is_unique primary key
    check (region ~ '^([A-Z]{2}(-[A-Z0-9]{1,3})?|\*)$'),
  zone_id text not null references zones
);
create index zone_regions_zone on zone_regions (zone_id);

create table shipments (
  shipment_id uuid primary key, -- the request id of its CreateShipment
  caller text not null,
  request_hash bytea, -- null: a tombstone, made by a CancelShipment that came first
  order_id uuid,
  state text not null check (state in ('CREATED', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
  address bytea, -- emporion.common.v1.PostalAddress
  delivery_option text check (delivery_option ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  carrier text not null default '' check (length(carrier) <= 50),
  tracking_number text not null default '' check (length(tracking_number) <= 100),
  version int not null check (version > 0),
  created_at timestamptz not null,
  shipped_at timestamptz,
  delivered_at timestamptz,
  cancelled_at timestamptz,
  constraint shipments_shipped check (
    (state in ('SHIPPED', 'DELIVERED')) = (shipped_at is not null)
    and (state in ('SHIPPED', 'DELIVERED')) = (carrier <> '')),
  constraint shipments_delivered check ((state = 'DELIVERED') = (delivered_at is not null)),
  constraint shipments_cancelled check ((state = 'CANCELLED') = (cancelled_at is not null)),
  constraint shipments_tombstone check (
    (request_hash is null) = (order_id is null) and (request_hash is null) = (address is null)
    and (request_hash is null) = (delivery_option is null)
    and (request_hash is not null or state = 'CANCELLED'))
);
create index shipments_order on shipments (order_id);
create index shipments_newest on shipments (created_at, shipment_id);
create index shipments_of_state on shipments (state, created_at, shipment_id);

create table shipment_lines (
  shipment_id uuid not null references shipments,
  line_number int not null check (line_number between 1 and 100),
  location_id text not null check (location_id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
  sku text not null check (sku ~ '^[A-Z0-9][A-Z0-9._-]{0,63}$'),
  quantity int not null check (quantity between 1 and 10000),
  primary key (shipment_id, line_number, location_id)
);

-- Answers of finished mutations, kept at least 24 hours so that a repeated request gets the first answer.
create table requests (
  caller text not null,
  rpc text not null,
  request_id uuid not null,
  payload_hash bytea not null,
  answer bytea not null,
  created_at timestamptz not null default now(),
  primary key (caller, rpc, request_id)
);
create index requests_created_at on requests using brin (created_at);

-- Events, in the order of the aggregate's versions: the sequence is that version, so a gap is a lost event.
create table outbox (
  aggregate_id uuid not null,
  sequence int not null check (sequence > 0),
  type text not null,
  payload bytea not null,
  trace_parent text,
  created_at timestamptz not null default now(),
  primary key (aggregate_id, sequence)
);
