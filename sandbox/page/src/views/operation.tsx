// One operation: what it takes, what it answers, and how it does when it is sent.
import { useEffect, useRef, useState } from 'preact/hooks';
import { HttpStatus, Json, Method } from '../parts/parts';
import { Answer, BadTexts, curl, prepare, Prepared, send, textOf, Texts } from '../request';
import { link } from '../route';
import { announcement, catalog, info, refresh } from '../state';
import type { Operation, Param } from '../types';

const effects = {
    read: ['reads', 'Changes nothing.'],
    idempotent: ['repeatable', 'Doing it twice is the same as once.'],
    unsafe: ['not repeatable', 'Doing it twice does it twice.'],
    auth: ['sign-in', 'Gives or takes back tokens.'],
} as const;

function hint(param: Param): string {
    const parts = [param.type === 'array' ? `list${param.items && param.items !== 'any' ? ` of ${param.items}` : ''}` : param.type];
    if (param.minimum !== undefined || param.maximum !== undefined) parts.push(`${param.minimum ?? ''} to ${param.maximum ?? ''}`.trim());
    if (param.max_length !== undefined) parts.push(`up to ${param.max_length} characters`);
    if (param.pattern) parts.push(`like ${param.pattern}`);
    return parts.join(', ');
}

const isLong = (param: Param) => param.type === 'array' || param.type === 'object' || /^(body|csr|message|content|sshkey|script)$/.test(param.name);

function Field({ param, text, problem, set }: { param: Param; text: string; problem: string | undefined; set: (text: string) => void }) {
    const id = `param-${param.name}`;
    const common = {
        id,
        value: text,
        'aria-describedby': `${id}-hint`,
        'aria-required': param.required,
        'aria-invalid': problem ? true : undefined,
        onInput: (event: Event) => set((event.currentTarget as HTMLInputElement).value),
    };
    const words = param.enum.length > 0 && param.type !== 'array' ? param.enum : param.type === 'boolean' ? ['true', 'false'] : null;
    return (
        <div class={`param ${isLong(param) ? 'full' : ''}`}>
            <label for={id}>
                {param.name} {param.required && <span class="required">required</span>}
            </label>
            {words ? (
                <select {...common}>
                    <option value="">(not given)</option>
                    {words.map((word) => (
                        <option key={word}>{word}</option>
                    ))}
                    {text !== '' && !words.includes(text) && <option>{text}</option>}
                </select>
            ) : param.sensitive ? (
                <input {...common} type="password" autocomplete="new-password" />
            ) : isLong(param) ? (
                <textarea {...common} rows={3} spellcheck={false} />
            ) : (
                <input {...common} type="text" inputMode={param.type === 'integer' ? 'numeric' : undefined} autocomplete="off" spellcheck={false} />
            )}
            <small id={`${id}-hint`}>
                {problem && <b class="problem">{problem}. </b>}
                {param.summary} <span class="soft">{hint(param)}</span>
            </small>
        </div>
    );
}

const places = { path: 'In the path', query: 'In the query', body: 'In the body' } as const;

type Login = 'owner' | 'other' | 'nobody';

export function OperationView({ operation, given }: { operation: Operation; given: Record<string, string> }) {
    const owner = info.value;
    const base = new URL(owner?.url ?? '/api', location.href).pathname;
    // A sandbox gives samples for all but signing in.
    const sample = operation.id === 'auth.login' ? { username: owner?.username, password: owner?.password } : (owner?.operations[operation.id] ?? {});
    const samples = (): Texts => Object.fromEntries(operation.params.map((param) => [param.name, given[param.name] ?? textOf(sample[param.name])]));
    const [texts, setTexts] = useState<Texts>(samples);
    const [problems, setProblems] = useState<Record<string, string>>({});
    const [login, setLogin] = useState<Login>(operation.anonymous ? 'nobody' : 'owner');
    const [name, setName] = useState('');
    const [password, setPassword] = useState('');
    const [answer, setAnswer] = useState<Answer | null>(null);
    const [busy, setBusy] = useState(false);
    const [copied, setCopied] = useState(false);
    const title = useRef<HTMLHeadingElement>(null);
    useEffect(() => title.current?.focus({ preventScroll: true }), []);

    let request: Prepared | null = null;
    try {
        request = prepare(base, catalog.value!, operation, texts);
    } catch {
        // Said when it is sent; there is no command until then.
    }
    const username = login === 'owner' ? (info.value?.username ?? '') : name;
    const command = request && curl(request, login === 'nobody' ? null : username, location.protocol === 'https:');

    const submit = async (event: Event) => {
        event.preventDefault();
        try {
            const prepared = prepare(base, catalog.value!, operation, texts);
            setProblems({});
            setBusy(true);
            const got = await send(prepared, login === 'nobody' ? null : { username, password: login === 'owner' ? (info.value?.password ?? '') : password });
            setAnswer(got);
            announcement.value = got.status === 0 ? got.problem : `Status ${got.status} after ${Math.round(got.milliseconds)} milliseconds`;
            refresh().catch(() => undefined); // The next look tells what is wrong.
        } catch (error) {
            if (!(error instanceof BadTexts)) throw error;
            setProblems(error.fields);
            document.getElementById(`param-${Object.keys(error.fields)[0]}`)?.focus();
        } finally {
            setBusy(false);
        }
    };

    const [word, meaning] = effects[operation.effect];
    const example = operation.result?.raw?.example;
    return (
        <article class="operation" aria-labelledby="operation-title">
            <section class="card" aria-label="Request">
                <a class="back" href={link('reference')}>
                    All operations
                </a>
                <header>
                    <h2 id="operation-title" ref={title} tabIndex={-1}>
                        <Method name={operation.method} /> <span class="path">{operation.path}</span>
                    </h2>
                </header>
                <p>{operation.summary}</p>
                <p class="badges">
                    <code>{operation.id}</code>
                    <span class={`chip effect-${operation.effect}`} title={meaning}>
                        {word}
                    </span>
                    {operation.money && <span class="chip wait">costs money</span>}
                    {operation.destructive && <span class="chip bad">destroys</span>}
                    {operation.anonymous && <span class="chip off">without sign-in</span>}
                </p>
                <form onSubmit={submit} noValidate>
                    {(['path', 'query', 'body'] as const).map((where) => {
                        const params = operation.params.filter((param) => param.in === where);
                        return (
                            params.length > 0 && (
                                <fieldset key={where}>
                                    <legend>{places[where]}</legend>
                                    <div class="params">
                                        {params.map((param) => (
                                            <Field
                                                key={param.name}
                                                param={param}
                                                text={texts[param.name] ?? ''}
                                                problem={problems[param.name]}
                                                set={(text) => setTexts((old) => ({ ...old, [param.name]: text }))}
                                            />
                                        ))}
                                    </div>
                                </fieldset>
                            )
                        );
                    })}
                    <fieldset>
                        <legend>Signed in as</legend>
                        <div class="params">
                            <div class="param">
                                <label for="login">Who</label>
                                <select id="login" value={login} onChange={(event) => setLogin(event.currentTarget.value as Login)}>
                                    <option value="owner">{info.value?.username ?? ''} (the owner)</option>
                                    <option value="other">somebody else</option>
                                    <option value="nobody">nobody</option>
                                </select>
                            </div>
                            {login === 'other' && (
                                <>
                                    <div class="param">
                                        <label for="login-name">Name</label>
                                        <input id="login-name" value={name} autocomplete="off" onInput={(event) => setName(event.currentTarget.value)} />
                                    </div>
                                    <div class="param">
                                        <label for="login-password">Password</label>
                                        <input
                                            id="login-password"
                                            type="password"
                                            autocomplete="off"
                                            value={password}
                                            onInput={(event) => setPassword(event.currentTarget.value)}
                                        />
                                    </div>
                                </>
                            )}
                        </div>
                    </fieldset>
                    <div class="buttons">
                        <button type="submit" aria-busy={busy}>
                            Send
                        </button>
                        <button
                            type="button"
                            class="outline"
                            onClick={() => {
                                setTexts(samples());
                                setProblems({});
                            }}
                        >
                            Sample values
                        </button>
                    </div>
                </form>
                {command && (
                    <div class="curl">
                        <pre tabIndex={0} role="region" aria-label="The same with curl">
                            <code>{command}</code>
                        </pre>
                        <button
                            type="button"
                            class="small"
                            onClick={async () => {
                                await navigator.clipboard.writeText(command);
                                setCopied(true);
                                announcement.value = 'Copied';
                            }}
                        >
                            {copied ? 'Copied' : 'Copy'}
                        </button>
                    </div>
                )}
            </section>
            {answer && (
                <section class="card answer" aria-labelledby="answer-title">
                    <header>
                        <h2 id="answer-title">Answer</h2>
                        <p>
                            <HttpStatus status={answer.status} /> {answer.statusText} <span class="soft">{answer.milliseconds.toFixed(0)} ms</span>
                        </p>
                    </header>
                    {answer.problem && <p class="problem">{answer.problem}</p>}
                    {answer.image && <img src={answer.image} alt={`The image that ${operation.id} answered`} />}
                    {answer.text && <Json text={answer.text} label="Body of the answer" />}
                    {answer.headers.length > 0 && (
                        <details>
                            <summary>{answer.headers.length} headers</summary>
                            <dl class="headers">
                                {answer.headers.map(([key, value]) => (
                                    <div key={key}>
                                        <dt>{key}</dt>
                                        <dd>{value}</dd>
                                    </div>
                                ))}
                            </dl>
                        </details>
                    )}
                </section>
            )}
            {example !== undefined && (
                <section class="card" aria-labelledby="example-title">
                    <header>
                        <h2 id="example-title">Example answer</h2>
                        {operation.result?.source !== 'documented' && <span class="chip off">assumed, not documented</span>}
                    </header>
                    <Json text={JSON.stringify(example)} label="Example of an answer" />
                </section>
            )}
        </article>
    );
}
