/* SPDX-License-Identifier: MIT */
/*
 * What bash offers at the end of a line, by the completions that are
 * installed: words come as bash splits them, `--name=value` as three, `@name`
 * as two.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, root, sockfeed } from './support/program.mjs';

const script = `
source "$1/completions/sockfeed.bash"
compopt() { :; }
COMP_WORDS=("\${@:2}")
COMP_CWORD=$(($# - 2))
_sockfeed
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/* An installed program beside its profiles, and a folder to be in. */
function offers(t, ...words) {
  const dir = folder(t);
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'here/certificates'), { recursive: true });
  writeFileSync(join(dir, 'here/two words.ndjson'), '');
  writeFileSync(join(dir, 'bin/sockfeed'), '', { mode: 0o755 });
  cpSync(join(root, 'cli/profiles'), join(dir, 'share/sockfeed/profiles'),
    { recursive: true });
  mkdirSync(join(dir, 'config/sockfeed'), { recursive: true });
  writeFileSync(join(dir, 'config/sockfeed/bitmine'), '');
  const out = execFileSync('bash', ['-c', script, 'bash', root, 'sockfeed',
    ...words], {
    cwd: join(dir, 'here'),
    encoding: 'utf8',
    env: {
      HOME: dir, XDG_CONFIG_HOME: join(dir, 'config'),
      PATH: `${join(dir, 'bin')}:${process.env.PATH}`,
    },
  });
  return out.split('\n').filter((line) => line !== '').sort();
}

for (const [what, words, expected] of [
  ['commands come first', [''], ['demo', 'probe', 'serve']],
  ['a command by its beginning', ['pr'], ['probe']],
  ['an option by its beginning', ['--transp'], ['--transport']],
  ['an option after a URL', ['ws://h/', '--transp'], ['--transport']],
  ['the values of an option', ['--transport', ''],
    ['auto', 'polling', 'upgrade', 'websocket']],
  ['a value behind an equals sign', ['--color', '=', 'al'], ['always']],
  ['a value right behind the equals sign', ['--color', '='],
    ['always', 'auto', 'never']],
  ['the values of a letter', ['-o', 'r'], ['raw']],
  ['nothing where anything may stand', ['--delays', ''], []],
  ['profiles, the user\'s own too', ['@', 'bit'],
    ['@bitbank', '@bitflyer', '@bitmine', '@bitstamp']],
  ['profiles where @ does not part words', ['@krak'], ['@kraken']],
  ['a profile behind an option', ['-q', '@', 'krak'], ['@kraken']],
  ['a file in place of a value', ['-a', '@', 'two'], ['@two words.ndjson']],
  ['captures of serve', ['serve', 'two'], ['two words.ndjson']],
  ['files', ['--record', 'two'], ['two words.ndjson']],
  ['folders alone where a folder is wanted', ['--capath', ''],
    ['certificates']],
]) {
  test(`bash completes ${what}: ${['sockfeed', ...words].join(' ')}`, (t) => {
    assert.deepEqual(offers(t, ...words), expected);
  });
}

test('bash completes every option that --help shows', (t) => {
  const help = execFileSync(sockfeed, ['--help'], { encoding: 'utf8' });
  const shown = [...help.matchAll(/^ {2}(?:-.,| {3}) (--[a-z0-9.-]+)/gm)]
    .map(([, name]) => name).sort();
  assert.ok(shown.length > 50);
  assert.deepEqual(offers(t, '--'), shown);
});
