package io.millrace.server.routing;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * Places on a ring, {@link #POINTS} for each unit of a destination's weight. A message goes to the owner of the first
 * place at or behind its hash. Where the places of a destination are depends on its name alone; so when one comes or
 * goes, only the messages that it gains or loses go elsewhere. Immutable.
 *
 * <p>A place is one long: the upper bits of its hash, then its owner's index. So a look-up is a binary search in one
 * array.
 */
final class HashRing {
    static final HashRing EMPTY = new HashRing(new BindingTarget[0], new long[0]);

    /** The share of a destination with weight 1 of n is off by about 1/sqrt(POINTS) of itself. */
    private static final int POINTS = 128;

    private static final int OWNER_BITS = 20;
    private static final long OWNER_MASK = (1L << OWNER_BITS) - 1;

    private final BindingTarget[] owners;
    private final long[] places;

    private HashRing(BindingTarget[] owners, long[] places) {
        this.owners = owners;
        this.places = places;
    }

    /** A ring of destinations with their weights, each at least 1. */
    static HashRing of(SortedMap<BindingTarget, Integer> weights) {
        if (weights.size() > OWNER_MASK) {
            throw new IllegalArgumentException(
                    "destinations: " + weights.size() + " (expected: <= " + OWNER_MASK + ")");
        }
        BindingTarget[] owners = new BindingTarget[weights.size()];
        int count =
                POINTS * weights.values().stream().mapToInt(Integer::intValue).sum();
        long[] places = new long[count];
        int place = 0;
        int owner = 0;
        for (Map.Entry<BindingTarget, Integer> each : weights.entrySet()) {
            owners[owner] = each.getKey();
            long seed = StableHash.of(each.getKey().name().bytes());
            for (int i = 0; i < POINTS * each.getValue(); i++) {
                places[place++] = (StableHash.mix(seed + i) & ~OWNER_MASK) | owner;
            }
            owner++;
        }
        Arrays.sort(places);
        return new HashRing(owners, places);
    }

    /** Whose the hash is; null on an empty ring. */
    BindingTarget ownerOf(long hash) {
        if (places.length == 0) {
            return null;
        }
        int found = Arrays.binarySearch(places, hash & ~OWNER_MASK);
        int behind = found >= 0 ? found : -1 - found;
        long place = places[behind == places.length ? 0 : behind];
        return owners[(int) (place & OWNER_MASK)];
    }
}
