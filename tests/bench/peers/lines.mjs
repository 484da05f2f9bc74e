// SPDX-License-Identifier: MIT
//
// How the peers print: a line for each message, collected for as long as one
// turn of the event loop brings more, then written at once. What a program
// would do that cares about its speed.
import fs from 'node:fs';

const FULL = 65536;

let text = '';
let planned = false;

// Standard output may be a pipe that takes less than it is given.
export function flush() {
    let bytes = Buffer.from(text);

    text = '';
    planned = false;
    while (bytes.length > 0) {
        bytes = bytes.subarray(fs.writeSync(1, bytes));
    }
}

export function print(line) {
    text += line + '\n';
    if (text.length >= FULL) {
        flush();
    } else if (!planned) {
        planned = true;
        setImmediate(flush);
    }
}
