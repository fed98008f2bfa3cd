// The kinds of faults that the sandbox knows, in words; docs/sandbox.md has them in full.

export interface FaultField {
    name: string;
    label: string;
    initial: string;
    words?: string[];
    json?: boolean; // a number or other JSON; else text
    wide?: boolean;
}

export interface FaultKind {
    kind: string;
    label: string;
    fields?: FaultField[];
}

const ms = (initial: string): FaultField => ({ name: 'ms', label: 'Milliseconds', initial, json: true });

export const faultKinds: FaultKind[] = [
    {
        kind: 'status',
        label: 'Another status',
        fields: [
            { name: 'status', label: 'Status', initial: '500', json: true },
            { name: 'body', label: 'Body', initial: '{"error":["internal_error_0"]}', json: true, wide: true },
        ],
    },
    { kind: 'html', label: 'A maintenance page in HTML', fields: [{ name: 'status', label: 'Status', initial: '503', json: true }] },
    {
        kind: 'rate_limit',
        label: 'Too many requests',
        fields: [
            { name: 'status', label: 'Status', initial: '429', words: ['429', '200', '503'], json: true },
            { name: 'retry_after', label: 'Retry-After', initial: '2' },
        ],
    },
    { kind: 'expired_token', label: 'The token has expired' },
    {
        kind: 'redirect',
        label: 'A redirect',
        fields: [
            { name: 'to', label: 'To', initial: 'https://elsewhere.example/' },
            { name: 'status', label: 'Status', initial: '302', json: true },
        ],
    },
    { kind: 'delay', label: 'A late answer', fields: [ms('1500')] },
    {
        kind: 'drip',
        label: 'An answer drop by drop',
        fields: [
            { name: 'part', label: 'Part', initial: 'body', words: ['body', 'headers'] },
            { name: 'bytes', label: 'Bytes at once', initial: '1', json: true },
            { name: 'every', label: 'Milliseconds between', initial: '100', json: true },
        ],
    },
    { kind: 'lost_reply', label: 'Done, but the answer is lost' },
    { kind: 'close', label: 'The connection ends without an answer' },
    {
        kind: 'reset',
        label: 'The connection is reset',
        fields: [{ name: 'when', label: 'When', initial: 'before', words: ['before', 'during', 'after'] }],
    },
    { kind: 'drop_idle', label: 'A kept connection is gone' },
    { kind: 'truncate', label: 'The answer is cut short', fields: [{ name: 'body_at', label: 'After bytes of the body', initial: '10', json: true }] },
    {
        kind: 'invalid_json',
        label: 'JSON that is none',
        fields: [
            {
                name: 'how',
                label: 'How',
                initial: 'truncated',
                words: ['truncated', 'deep', 'duplicate_keys', 'lone_surrogate', 'bad_utf8'],
            },
        ],
    },
    { kind: 'wrong_length', label: 'A wrong Content-Length', fields: [{ name: 'delta', label: 'Off by', initial: '5', json: true }] },
    { kind: 'dual_length', label: 'Two Content-Lengths', fields: [{ name: 'delta', label: 'Off by', initial: '1', json: true }] },
    { kind: 'encodings', label: 'Content-Encodings', fields: [{ name: 'encodings', label: 'Encodings', initial: 'gzip, gzip' }] },
    { kind: 'gzip_bomb', label: 'A gzip bomb', fields: [{ name: 'bytes', label: 'Bytes, decoded', initial: '10000000', json: true }] },
    { kind: 'endless_headers', label: 'Endless headers', fields: [{ name: 'bytes', label: 'Bytes (0: no end)', initial: '100000', json: true }] },
    { kind: 'garbage', label: 'Bytes that are not HTTP' },
];

export interface FaultSwitch {
    label: string;
    hint: string;
    fault: { kind: string } & Record<string, unknown>;
}

// For every request, until switched off.
export const faultSwitches: FaultSwitch[] = [
    { label: 'Slow', hint: 'answers take 1.5 s longer', fault: { kind: 'delay', ms: 1500 } },
    { label: 'Maintenance', hint: '503 with an HTML page', fault: { kind: 'html' } },
    { label: 'Failing', hint: '500 and internal_error_0', fault: { kind: 'status', status: 500 } },
    { label: 'Too many requests', hint: '429 with Retry-After', fault: { kind: 'rate_limit', retry_after: '2' } },
    { label: 'Tokens expired', hint: '401 and token_expired', fault: { kind: 'expired_token' } },
    { label: 'Replies lost', hint: 'done, but no answer comes', fault: { kind: 'lost_reply' } },
    { label: 'Connections cut', hint: 'reset before anything is done', fault: { kind: 'reset', when: 'before' } },
    { label: 'Broken JSON', hint: 'answers end halfway', fault: { kind: 'invalid_json', how: 'truncated' } },
];
