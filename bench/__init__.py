"""Speed, beside baselines in the same run; see bench/README.md."""
