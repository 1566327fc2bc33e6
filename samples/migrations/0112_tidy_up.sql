DROP INDEX orders_unpaid;

REFRESH MATERIALIZED VIEW customer_totals;

VACUUM FULL products;
