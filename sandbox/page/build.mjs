// Builds dist/ from src/: `npm ci --ignore-scripts && npm run build`. The same input gives the same bytes, on any machine.
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';

const here = new URL('.', import.meta.url);
const from = (path) => new URL(path, here);

await rm(from('dist/'), { recursive: true, force: true });
await mkdir(from('dist/'), { recursive: true });

await build({
    absWorkingDir: here.pathname,
    entryPoints: { app: 'src/main.tsx' },
    outdir: 'dist',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none', // licenses.txt has them.
    logLevel: 'warning',
});
for (const file of ['index.html', 'icon.svg']) await copyFile(from(`src/${file}`), from(`dist/${file}`));

// What was built in is others' work; their notices go with it.
const parts = ['preact', '@preact/signals', '@preact/signals-core', 'uplot', '@picocss/pico'];
let notices = 'The page is built with these.\n';
for (const name of parts) {
    const { version } = JSON.parse(await readFile(from(`node_modules/${name}/package.json`), 'utf8'));
    let license;
    for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt'])
        license ??= await readFile(from(`node_modules/${name}/${file}`), 'utf8').catch(() => undefined);
    if (license === undefined) throw new Error(`${name} has no licence`);
    notices += `\n--- ${name} ${version} ---\n\n${license.trim()}\n`;
}
await writeFile(from('dist/licenses.txt'), notices);
