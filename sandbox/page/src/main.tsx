import '@picocss/pico/css/pico.fluid.classless.min.css';
import './app.css';
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { follow, link, place } from './route';
import { announcement, enterToken, forget, info, needsToken, overview, portalTime, refresh, refusal, start, takeToken, trouble } from './state';
import { ThemeSwitch } from './theme';
import { AccountView } from './views/account';
import { ControlsView } from './views/controls';
import { JournalView } from './views/journal';
import { ReferenceView } from './views/reference';

const views = [
    { name: '', title: 'Account', View: AccountView },
    { name: 'journal', title: 'Journal', View: JournalView },
    { name: 'controls', title: 'Controls', View: ControlsView },
    { name: 'reference', title: 'Reference', View: ReferenceView },
];

function TokenForm() {
    const [text, setText] = useState('');
    return (
        <main id="main" class="gate">
            <form
                class="card"
                onSubmit={(event) => {
                    event.preventDefault();
                    enterToken(text).catch(() => undefined); // What is wrong is shown.
                }}
            >
                <h1>Control token</h1>
                <p>The sandbox prints a link to this page that holds its token, and the token alone. Either will do here. It stays in this tab.</p>
                <label>
                    Token or link
                    <input
                        type="password"
                        required
                        autocomplete="off"
                        value={text}
                        aria-invalid={needsToken.value === 'wrong' ? true : undefined}
                        aria-describedby="token-problem"
                        onInput={(event) => setText(event.currentTarget.value)}
                    />
                </label>
                <p id="token-problem" class="problem" role="alert">
                    {needsToken.value === 'wrong' && 'That is not the token of this sandbox.'}
                </p>
                <button type="submit">Open</button>
            </form>
        </main>
    );
}

function Content() {
    const here = views.find((row) => row.name === place.value.view) ?? views[0]!;
    const heading = useRef<HTMLHeadingElement>(null);
    const arrived = useRef(false);
    useEffect(() => {
        document.title = `${here.title} – ${info.value?.portal ?? ''} sandbox`;
    }, [here.name, info.value?.portal]);
    useEffect(() => {
        refusal.value = '';
        if (arrived.current) refresh().catch(() => undefined); // What this view alone shows; the next look tells what is wrong.
        // Whoever follows a link by keyboard goes on reading there.
        if (arrived.current && place.value.item === '') heading.current?.focus();
        arrived.current = true;
    }, [here.name]);
    return (
        <main id="main" class={`view-${here.name || 'account'}`}>
            <h1 ref={heading} tabIndex={-1} class={here.name === '' ? 'hidden' : ''}>
                {here.title}
            </h1>
            {refusal.value && (
                <p class="notice bad" role="alert">
                    {refusal.value}
                    <button type="button" class="small" onClick={() => (refusal.value = '')}>
                        Close
                    </button>
                </p>
            )}
            {info.value === null ? <p aria-busy="true">Asking the sandbox …</p> : <here.View />}
        </main>
    );
}

function App() {
    return (
        <>
            <a class="skip" href="#main" onClick={(event) => skip(event)}>
                To the content
            </a>
            <header>
                <div class="brand">
                    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
                        <path d="M6 11l10-6 10 6v11l-10 6-10-6zM6 11l10 6 10-6M16 17v11" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linejoin="round" />
                    </svg>
                    <span>
                        <b>{info.value?.portal ?? 'hostbill'}</b> sandbox{info.value && info.value.world !== 'main' && `, world ${info.value.world}`}
                    </span>
                </div>
                {needsToken.value === 'no' && (
                    <nav aria-label="Views">
                        <ul>
                            {views.map((row) => (
                                <li key={row.name}>
                                    <a href={link(row.name)} aria-current={place.value.view === row.name ? 'page' : undefined}>
                                        {row.title}
                                    </a>
                                </li>
                            ))}
                        </ul>
                    </nav>
                )}
                <div class="side">
                    {overview.value && (
                        <span class="time" title="The portal’s clock, UTC">
                            <span class="hidden">The portal’s clock: </span>
                            {portalTime.value.slice(0, 16).replace('T', ' ')}
                        </span>
                    )}
                    <ThemeSwitch />
                </div>
            </header>
            <div role="status" class="trouble">
                {trouble.value && <p class="notice wait">{trouble.value}</p>}
            </div>
            {needsToken.value === 'no' ? <Content /> : <TokenForm />}
            <footer>
                <span>
                    Made-up data, served from this machine alone. API: <code>{location.origin}/api</code>
                </span>
                <span>
                    <a href="/_sandbox/page/licenses.txt">Licences</a>
                    {needsToken.value === 'no' && (
                        <button type="button" class="link" onClick={forget}>
                            Forget the token
                        </button>
                    )}
                </span>
            </footer>
            <div role="status" class="hidden">
                {announcement.value}
            </div>
        </>
    );
}

// The address holds the view, so the browser cannot go to #main by itself.
function skip(event: Event): void {
    event.preventDefault();
    document.querySelector<HTMLElement>('main h1')?.focus();
}

takeToken();
follow();
render(<App />, document.body);
if (needsToken.value === 'no') start().catch(() => undefined); // What is wrong is shown.
