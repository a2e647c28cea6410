package com.democompany.orders;

/** Takes orders from the queue, one after the other; a failure stays with its order. */
public class OrderWorker {
    private static final Log LOG = Log.of(OrderWorker.class);

    public void work(Order order) {
        try {
            Tracing.run("confirm order", "consumer", () -> {
                try {
                    confirm(order);
                    LOG.info("Order " + order.number() + " is confirmed");
                } catch (RuntimeException failure) {
                    LOG.error("Order " + order.number() + " is not confirmed", failure);
                    throw failure;
                }
            });
        } catch (RuntimeException alreadyLogged) {
            LOG.warn("Order " + order.number() + " goes back into the queue after an error");
        }
    }

    private void confirm(Order order) {
        LOG.info("Order " + order.number() + " over " + order.cents() + " cents");
    }
}
