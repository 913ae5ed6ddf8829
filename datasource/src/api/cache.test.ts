import { Cache } from './cache';

describe('Cache', () => {
  it('asks once while an answer is fresh, and again afterwards', async () => {
    let now = 0;
    const cache = new Cache(() => now);
    const load = jest.fn(() => Promise.resolve('answer'));
    expect(await Promise.all([cache.get('k', 100, load), cache.get('k', 100, load)])).toEqual(['answer', 'answer']);
    expect(load).toHaveBeenCalledTimes(1);
    now = 100;
    await cache.get('k', 100, load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('does not keep a failure', async () => {
    const cache = new Cache(() => 0);
    await expect(cache.get('k', 100, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await expect(cache.get('k', 100, () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('forgets the oldest when it is full', async () => {
    const cache = new Cache(() => 0, 2);
    const load = jest.fn(() => Promise.resolve(1));
    for (const key of ['a', 'b', 'c', 'b', 'a']) {
      await cache.get(key, 100, load);
    }
    expect(load).toHaveBeenCalledTimes(4);
  });
});
