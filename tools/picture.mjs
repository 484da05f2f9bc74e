/* SPDX-License-Identifier: MIT */
/*
 * Draws the README's picture: a terminal in which sockfeed has just been run.
 *   node tools/picture.mjs build/sockfeed > man/demo.svg
 */
import { spawnSync } from 'node:child_process';

const program = process.argv[2];
const sessions = [
  ['demo', '-n', '6', '--seed', '20', '--where', '/PRICE > 0', '--select',
    '/FROMSYMBOL,/PRICE,/LASTVOLUME'],
  ['demo', '-q', '-n', '2', '--seed', '20', '-o', 'raw', '--match',
    '^42.*BTC'],
];

const quote = (word) => (/^[\w./,:=-]+$/.test(word) ? word : `'${word}'`);
const escape = (text) => text.replaceAll('&', '&amp;')
  .replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const columns = 84;
const rows = [];

for (const words of sessions) {
  const { stdout, stderr, status } = spawnSync(program, words,
    { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`sockfeed ${words.join(' ')}: ${status} ${stderr}`);
  }
  rows.push(['prompt', `$ sockfeed ${words.map(quote).join(' ')}`]);
  for (const line of stderr.split('\n').filter((l) => l.includes('connected'))) {
    rows.push(['told', line.replace(/:\d+ /, ':38211 ')]);
  }
  for (const line of stdout.trimEnd().split('\n')) {
    const expanded = line.split('\t').map((cell, i, all) => (
      i < all.length - 1 ? cell.padEnd(Math.ceil((cell.length + 1) / 8) * 8)
        : cell)).join('');
    rows.push(['printed', expanded]);
  }
  rows.push(['prompt', '']);
}
rows.pop();

const cut = (text) => (text.length > columns ? `${text.slice(0, columns - 1)}…`
  : text);
const width = columns * 8.4 + 32;
const height = rows.length * 20 + 48;
const colors = { prompt: '#e6edf3', told: '#7d8590', printed: '#7ee787' };
console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>sockfeed streams its built-in feed</title>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="20" cy="16" r="5" fill="#ff5f57"/><circle cx="38" cy="16" r="5" fill="#febc2e"/><circle cx="56" cy="16" r="5" fill="#28c840"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14" xml:space="preserve">`);
rows.forEach(([kind, text], i) => {
  console.log(`<text x="16" y="${48 + i * 20}" fill="${colors[kind]}">${escape(cut(text))}</text>`);
});
console.log('</g>\n</svg>');
