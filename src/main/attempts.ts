/** With the queue's backoff these are three quarters of an hour, so that an outage of a source or of the model is outlived. */
export const attemptsMax = 8;
