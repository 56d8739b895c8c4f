"""What brings credits for money: purchases, Stripe Checkout, the subscription and the trial."""
