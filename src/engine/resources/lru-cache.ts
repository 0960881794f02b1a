/**
 * A cache that forgets what was asked for longest ago, over items 0 to n - 1: a doubly linked list through typed
 * arrays, the slot of every item beside it. Asking is a few loads and stores, and allocates nothing.
 */

/** A cache. Plain data. -1 stands for none. */
export interface LruCache {
  /** By item. */
  readonly slotOf: Int32Array;
  /** By slot. */
  readonly itemAt: Int32Array;
  readonly newer: Int32Array;
  readonly older: Int32Array;
  /** Free slots are linked by `older`, from this one on. */
  firstFree: number;
  newest: number;
  oldest: number;
  size: number;
  /** Entries that it may hold now: at most one per slot. */
  limit: number;
}

/** An empty cache of so many entries, for so many items. */
export function createLruCache(entries: number, items: number): LruCache {
  const slots = Math.min(entries, items);
  const cache = {
    slotOf: new Int32Array(items),
    itemAt: new Int32Array(slots),
    newer: new Int32Array(slots),
    older: new Int32Array(slots),
    firstFree: -1,
    newest: -1,
    oldest: -1,
    size: 0,
    limit: slots,
  };
  flushCache(cache);
  return cache;
}

/** Forgets everything. */
export function flushCache(cache: LruCache): void {
  const slots = cache.itemAt.length;
  cache.slotOf.fill(-1);
  for (let slot = 0; slot < slots; slot++) cache.older[slot] = slot + 1 < slots ? slot + 1 : -1;
  cache.firstFree = slots === 0 ? -1 : 0;
  cache.newest = -1;
  cache.oldest = -1;
  cache.size = 0;
}

/** From now on it holds at most so many entries (0 and more, at most one per slot); what is too much is forgotten, the oldest first. */
export function limitCache(cache: LruCache, entries: number): void {
  cache.limit = Math.min(entries, cache.itemAt.length);
  while (cache.size > cache.limit) {
    const slot = cache.oldest;
    forgetOldest(cache);
    cache.older[slot] = cache.firstFree;
    cache.firstFree = slot;
  }
}

/** Asks for an item: true when it was there. Either way it is there afterwards, and the newest. */
export function askCache(cache: LruCache, item: number): boolean {
  const { slotOf, newer, older } = cache;
  const found = slotOf[item] as number;
  if (found !== -1) {
    if (found === cache.newest) return true;
    const after = newer[found] as number;
    const before = older[found] as number;
    older[after] = before;
    if (before === -1) cache.oldest = after;
    else newer[before] = after;
    becomeNewest(cache, found);
    return true;
  }
  if (cache.limit === 0) return false;
  let slot = cache.firstFree;
  if (cache.size < cache.limit) {
    cache.firstFree = older[slot] as number;
  } else {
    slot = cache.oldest;
    forgetOldest(cache);
  }
  cache.size++;
  slotOf[item] = slot;
  cache.itemAt[slot] = item;
  becomeNewest(cache, slot);
  return false;
}

function becomeNewest(cache: LruCache, slot: number): void {
  const { newest } = cache;
  cache.older[slot] = newest;
  cache.newer[slot] = -1;
  if (newest === -1) cache.oldest = slot;
  else cache.newer[newest] = slot;
  cache.newest = slot;
}

function forgetOldest(cache: LruCache): void {
  const slot = cache.oldest;
  const after = cache.newer[slot] as number;
  cache.slotOf[cache.itemAt[slot] as number] = -1;
  cache.oldest = after;
  if (after === -1) cache.newest = -1;
  else cache.older[after] = -1;
  cache.size--;
}
