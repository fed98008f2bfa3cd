// Where libhostbill is: HOSTBILL_PREFIX, or what pkg-config says. `where.js include`, `where.js libraries`.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const prefix = process.env.HOSTBILL_PREFIX;

function pkgConfig(variable) {
    try {
        return execFileSync('pkg-config', [`--variable=${variable}`, 'hostbill'], { encoding: 'utf8' }).trim();
    } catch {
        throw new Error('libhostbill was not found: install it, or name its prefix in HOSTBILL_PREFIX');
    }
}

function libraryFolder() {
    if (!prefix) return pkgConfig('libdir');
    const folders = ['lib', `lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`, 'lib64'];
    const found = folders.map((one) => path.join(prefix, one)).find((one) => fs.existsSync(`${one}/libhostbill.so.1`));
    if (!found) throw new Error(`no libhostbill.so.1 below HOSTBILL_PREFIX, ${prefix}`);
    return found;
}

if (process.argv[2] === 'include') {
    console.log(prefix ? path.join(prefix, 'include') : pkgConfig('includedir'));
} else {
    const folder = libraryFolder();
    const system = /^\/(usr\/)?lib(64)?(\/|$)/.test(folder);
    console.log([`-L${folder}`, '-lhostbill', ...(system ? [] : [`-Wl,-rpath,${folder}`])].join(' '));
}
