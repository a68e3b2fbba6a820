package io.millrace.server.policy;

/** Which of two values of one key holds. Values are those of JSON. */
interface Choice {
    Choice FIRST = (first, second) -> first;

    Choice SECOND = (first, second) -> second;

    /** Of two numbers the lower one. */
    Choice LOWER = numbers(Math::min);

    /** Of two numbers the higher one. */
    Choice HIGHER = numbers(Math::max);

    /** Of two numbers the lower one, where a negative one sets no limit. */
    Choice LOWER_LIMIT =
            numbers((first, second) -> first < 0 || second < 0 ? Math.max(first, second) : Math.min(first, second));

    /** Of two ages such as {@code 7D} the lower one. */
    Choice YOUNGER = (first, second) ->
            MaxAge.seconds((String) first).compareTo(MaxAge.seconds((String) second)) <= 0 ? first : second;

    /** Neither is null; what cannot be compared is the first. */
    Object choose(Object first, Object second);

    /** One of two numbers. */
    interface OfNumbers {
        long choose(long first, long second);
    }

    private static Choice numbers(OfNumbers choice) {
        return (first, second) ->
                first instanceof Long one && second instanceof Long other ? choice.choose(one, other) : first;
    }
}
