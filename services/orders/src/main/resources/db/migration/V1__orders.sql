-- Orders and their lines, the sagas that move them, and the events they tell.

create table orders (
  order_id uuid primary key,
  caller text not null,
  request_id uuid not null,
  request_hash bytea not null,
  version int not null check (version > 0),
  state text not null check (state in ('PENDING', 'CONFIRMED', 'REJECTED', 'PARTIALLY_SHIPPED',
    'SHIPPED', 'DELIVERED', 'CANCELLING', 'CANCELLED')),
  customer_id text,
  email text not null,
  cart_id uuid not null,
  -- The cart until the order is rejected: what makes two orders of one cart impossible. A column of
  -- its own, because an index on state would make every change of state touch every index.
  live_cart_id uuid,
  shipping_address bytea not null, -- emporion.common.v1.PostalAddress
  billing_address bytea not null,
  delivery_option text not null,
  payment_token text not null,     -- the provider's token; useless without the merchant's key
  currency char(3) not null,
  subtotal bigint not null check (subtotal >= 0),
  discount_total bigint not null check (discount_total between 0 and subtotal),
  delivery_price bigint not null check (delivery_price >= 0),
  tax_total bigint not null check (tax_total >= 0),
  total bigint not null check (total >= 0),
  prices_include_tax boolean not null,
  rejection bytea,                 -- emporion.orders.v1.Rejection
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (caller, request_id),
  constraint orders_one_per_cart unique (live_cart_id),
  check (total = subtotal - discount_total + delivery_price
    + case when prices_include_tax then 0 else tax_total end),
  check ((state = 'REJECTED') = (rejection is not null)),
  check ((state = 'REJECTED') = (live_cart_id is null))
) with (fillfactor = 85);

create index orders_of_customer on orders (customer_id, order_id) where customer_id is not null;

create table order_lines (
  order_id uuid not null references orders,
  line_number int not null check (line_number between 1 and 100),
  sku text not null,
  title text not null,
  quantity int not null check (quantity > 0),
  cancelled_quantity int not null default 0 check (cancelled_quantity >= 0),
  shipped_quantity int not null default 0 check (shipped_quantity >= 0),
  returned_quantity int not null default 0 check (returned_quantity >= 0),
  unit_price bigint not null check (unit_price >= 0),
  discount bigint not null check (discount >= 0),
  tax bigint not null check (tax >= 0),
  tax_rate text not null,
  total bigint not null check (total >= 0),
  delivery_share bigint not null check (delivery_share >= 0),
  primary key (order_id, line_number),
  check (cancelled_quantity + shipped_quantity <= quantity),
  check (returned_quantity <= shipped_quantity)
) with (fillfactor = 85);

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

-- Events, in the order of the orders' versions: the sequence is that version, so a gap is a lost event.
create table outbox (
  aggregate_id uuid not null,
  sequence int not null check (sequence > 0),
  type text not null,
  payload bytea not null,
  trace_parent text,
  created_at timestamptz not null default now(),
  primary key (aggregate_id, sequence)
);

-- Work under way: one active saga an order. The epoch grows with each take-over and every write checks it.
create table sagas (
  subject uuid primary key,
  kind text not null,
  epoch int not null default 1 check (epoch > 0),
  owner text not null,
  lease_until timestamptz not null,
  refusal bytea, -- the decision to go backwards, journaled before the first compensation
  attempts int not null default 0,
  parked_at timestamptz,
  parked_reason text,
  started_at timestamptz not null default now()
) with (fillfactor = 70);
create index sagas_due on sagas (lease_until) where parked_at is null;
