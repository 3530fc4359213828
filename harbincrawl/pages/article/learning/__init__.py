"""What article pages of one template have in common, learnt from some of them."""
