/* SPDX-License-Identifier: MIT */
/* Runs sockfeed on a terminal, which script(1) of util-linux makes, and gives
 * what would be seen there. */
import { spawn } from 'node:child_process';
import { within } from './patience.mjs';
import { sockfeed } from './program.mjs';

const quoted = (word) => `'${word.replaceAll('\'', '\'\\\'\'')}'`;

/* { status, screen }: standard output and standard error as they came. */
export async function onTerminal(t, ...args) {
  const command = [sockfeed, ...args].map(quoted).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let screen = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text) => {
    screen += text;
  });
  const status = await within(
    new Promise((done) => child.on('close', done)),
    'the end on a terminal', () => screen);
  return { status, screen };
}

/* What a terminal would act on, or what hides and turns text, but for the ends
 * of lines, tabs and our own colours. */
export function dangers(screen) {
  return screen.replaceAll(/\x1b\[[0-9;]*m/g, '').replaceAll('\r\n', '\n')
    .match(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f]/gu)
    ?? [];
}
