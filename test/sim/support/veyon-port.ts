/** Of a Veyon Server, and of those for further sessions of the same computer. */
const first = 11100;
const count = 100;

/** Listens on one of Veyon's own ports; other tests run at the same time and take some of them. */
export async function onVeyonPort<T>(listen: (port: number) => Promise<T>): Promise<T> {
  const start = Math.floor(Math.random() * count);
  for (let tried = 0; tried < count; tried++) {
    try {
      return await listen(first + ((start + tried) % count));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  throw new Error(`None of the ports ${first} to ${first + count - 1} is free`);
}
