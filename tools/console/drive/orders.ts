// Orders from the demo, one a line of standard input; each is answered on standard output by a line that begins with
// the same word, or with `failed WHY`. `leave` ends it, and so does the end of the input.

import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

// At once, also where standard output is a pipe.
const say = (line: string) => writeSync(1, `${line}\n`);

/** Says `ready`, and at the end `left`; then the program is over. */
export async function obey(
  carryOut: (order: string, words: string[]) => Promise<string>, leave: () => Promise<void>,
): Promise<never> {
  say('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const [order = '', ...words] = line.split(' ');
    if (order === 'leave') break;
    try {
      say(`${order} ${await carryOut(order, words)}`);
    } catch (error) {
      say(`failed ${String(error).split('\n')[0]}`);
    }
  }
  await leave();
  say('left');
  process.exit(0);
}
