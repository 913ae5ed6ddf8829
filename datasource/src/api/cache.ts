/** Answers by key, each kept for a while; a failure is never kept. */
export class Cache {
  private readonly entries = new Map<string, { until: number; value: Promise<unknown> }>();

  constructor(
    private readonly now: () => number,
    private readonly most = 200
  ) {}

  get<T>(key: string, ttl: number, load: () => Promise<T>): Promise<T> {
    const entry = this.entries.get(key);
    if (entry && entry.until > this.now()) {
      return entry.value as Promise<T>;
    }
    const value = load();
    this.put(key, { until: this.now() + ttl, value });
    value.catch(() => {
      if (this.entries.get(key)?.value === value) {
        this.entries.delete(key);
      }
    });
    return value;
  }

  /** The oldest makes room for the newest. */
  private put(key: string, entry: { until: number; value: Promise<unknown> }): void {
    this.entries.delete(key);
    const [oldest] = this.entries.keys();
    if (this.entries.size >= this.most && oldest !== undefined) {
      this.entries.delete(oldest);
    }
    this.entries.set(key, entry);
  }
}
