// The portal's API: every operation, found by words, each to be tried.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Method } from '../parts/parts';
import { link, place } from '../route';
import { catalog } from '../state';
import type { Operation } from '../types';
import { OperationView } from './operation';

function fits(operation: Operation, words: string): boolean {
    const text = `${operation.id} ${operation.method} ${operation.path} ${operation.summary}`.toLowerCase();
    return words
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
}

export function ReferenceView() {
    const [words, setWords] = useState('');
    const search = useRef<HTMLInputElement>(null);
    const list = useRef<HTMLElement>(null);
    const { item, given } = place.value;
    const known = catalog.value;

    // "/" goes to the search from anywhere but a field.
    useEffect(() => {
        const onKey = (event: KeyboardEvent) => {
            const target = event.target as HTMLElement;
            if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || target.matches('input, textarea, select')) return;
            event.preventDefault();
            search.current?.focus();
            search.current?.select();
        };
        document.addEventListener('keydown', onKey);
        return () => document.removeEventListener('keydown', onKey);
    }, []);
    // The list shows where one is.
    useEffect(() => {
        list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
    }, [item]);

    if (known === null) return <p aria-busy="true">Asking the sandbox …</p>;
    const found = words === '' ? known.operations : known.operations.filter((row) => fits(row, words));
    const groups = Map.groupBy(found, (row) => row.group);
    const operation = known.operations.find((row) => row.id === item);
    return (
        <div class={`reference ${operation ? 'chosen' : ''}`}>
            <nav class="card operations" aria-label="Operations" ref={list}>
                <label class="search">
                    <span>
                        Find an operation <kbd>/</kbd>
                    </span>
                    <input
                        type="search"
                        ref={search}
                        value={words}
                        aria-keyshortcuts="/"
                        placeholder="words, path, id"
                        onInput={(event) => setWords(event.currentTarget.value)}
                        onKeyDown={(event) => {
                            const first = found[0];
                            if (event.key === 'Escape') setWords('');
                            else if (event.key === 'Enter' && first && words !== '') location.hash = link('reference', first.id);
                        }}
                    />
                </label>
                <p class="soft" role="status">
                    {found.length === known.operations.length ? `${found.length} operations` : `${found.length} of ${known.operations.length} operations`}
                </p>
                <div class="groups">
                    {[...groups].map(([group, rows]) => (
                        <section key={group} aria-label={group}>
                            <h2>{group}</h2>
                            <ul>
                                {rows.map((row) => (
                                    <li key={row.id}>
                                        <a href={link('reference', row.id)} aria-current={row.id === item ? 'page' : undefined} title={row.summary}>
                                            <Method name={row.method} />{' '}
                                            <span class="path">
                                                {row.path.split('/').flatMap((part, at) => (at === 0 ? [] : [<wbr />, `/${part}`]))}
                                            </span>
                                        </a>
                                    </li>
                                ))}
                            </ul>
                        </section>
                    ))}
                </div>
            </nav>
            {operation ? (
                <OperationView key={operation.id + JSON.stringify(given)} operation={operation} given={given} />
            ) : (
                <section class="card intro" aria-label="About">
                    <h2>{known.title || known.portal}</h2>
                    <p>
                        {known.operations.length} operations, as the portal documents them. Choose one to see what it takes and what it answers, and to send it for
                        real: the sandbox does what it says, and the account shows what came of it.
                    </p>
                    <p>
                        Bodies are {known.body === 'form' ? 'forms' : 'JSON'}. <kbd>/</kbd> goes to the search, <kbd>Enter</kbd> opens the first one found.
                    </p>
                    {item && <p role="alert">This portal has no operation called {item}.</p>}
                </section>
            )}
        </div>
    );
}
