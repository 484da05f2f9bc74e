// SPDX-License-Identifier: MIT
//
// figures.svg: a bar for each client, its length the logarithm of what a
// message of 200 bytes costs.
import { groups } from './clients.mjs';
import { median } from './table.mjs';

const LABEL = 235; // px, left of the bars
const WIDTH = 760;
const ROW = 20;
const HEAD = 34;
const SCALE_FROM = 10; // ns
const SHOWN = ['ws', 'sio'];

const STYLE = `text{font:12px system-ui,sans-serif;fill:#1f2328}
.head{font-weight:600}.scale{fill:#656d76;font-size:11px}
.grid{stroke:#d0d7de}.sockfeed{fill:#0969da}.limit{fill:#8c959f}
.peer{fill:#d4a72c}.paper{fill:#ffffff}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.scale{fill:#8d96a0}
.grid{stroke:#30363d}.sockfeed{fill:#4493f8}.paper{fill:#0d1117}}`;

function escape(text) {
    return text.replaceAll('`', '').replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function colour(client) {
    return client.name.startsWith('`limit') ? 'limit'
        : client.name.startsWith('`-') ? 'sockfeed' : 'peer';
}

export function draw(figures) {
    const shown = groups.filter(({ id }) => SHOWN.includes(id));
    const largest = Math.max(...shown.flatMap(({ id }) =>
        Object.values(figures.groups[id]).map(({ ns }) => median(ns))));
    const decades = Math.ceil(Math.log10(largest / SCALE_FROM));
    const x = (ns) => LABEL + (WIDTH - LABEL - 60) *
        Math.max(0, Math.log10(ns / SCALE_FROM)) / decades;
    let bars = '';
    let y = HEAD;

    for (const group of shown) {
        y += ROW;
        bars += `<text class="head" x="8" y="${y}">${group.feed}</text>\n`;
        y += 8;
        for (const client of group.clients) {
            const measured = figures.groups[group.id][client.id];
            const ns = measured === undefined ? 0 : median(measured.ns);
            const end = ns > 0 ? x(ns).toFixed(1) : LABEL;
            const name = colour(client) === 'sockfeed'
                ? `sockfeed ${client.name}` : client.name;

            bars += `<text x="${LABEL - 8}" y="${y + 13}" ` +
                `text-anchor="end">${escape(name)}</text>` +
                `<rect class="${colour(client)}" x="${LABEL}" y="${y + 2}" ` +
                `width="${(end - LABEL).toFixed(1)}" height="${ROW - 5}"/>` +
                `<text x="${Number(end) + 5}" y="${y + 13}">${
                    ns > 0 ? Math.round(ns) : client.missing}</text>\n`;
            y += ROW;
        }
    }

    let grid = '';

    for (let decade = 0; decade <= decades; decade++) {
        const ns = SCALE_FROM * 10 ** decade;

        grid += `<line class="grid" x1="${x(ns)}" x2="${x(ns)}" ` +
            `y1="${HEAD + 4}" y2="${y + 4}"/><text class="scale" ` +
            `x="${x(ns)}" y="${HEAD - 4}" text-anchor="middle">${ns}</text>\n`;
    }
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" ` +
        `height="${y + 12}" viewBox="0 0 ${WIDTH} ${y + 12}" role="img">\n` +
        '<title>CPU time of one message, in nanoseconds</title>\n' +
        `<style>${STYLE}</style>\n` +
        `<rect class="paper" width="${WIDTH}" height="${y + 12}"/>\n` +
        '<text class="head" x="8" y="18">ns of CPU a message, ' +
        'logarithmic</text>\n' + `${grid}${bars}</svg>\n`;
}
