"""The only loop: scan a shard, merge shards, run a whole check."""
