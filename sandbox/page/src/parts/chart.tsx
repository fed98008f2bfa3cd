// What was invoiced and paid, month by month.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Month } from '../types';
import { shown } from '../theme';

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const name = (month: string) => new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });
const sum = (months: Month[], key: 'invoiced' | 'paid') => months.reduce((all, row) => all + Number(row[key]), 0).toFixed(2);

export function MoneyChart({ months, currency }: { months: Month[]; currency: string }) {
    const place = useRef<HTMLDivElement>(null);
    const [at, setAt] = useState<number | null>(null);
    const theme = shown.value;
    useEffect(() => {
        const element = place.current;
        if (element === null || months.length === 0) return;
        const axis = {
            stroke: color('--text-soft'),
            grid: { stroke: color('--line'), width: 1 },
            ticks: { show: false },
            font: '12px system-ui, sans-serif',
        };
        const bars = (align: 1 | -1) => uPlot.paths.bars!({ size: [0.36, 28], align, gap: 1 });
        const chart = new uPlot(
            {
                width: element.clientWidth,
                height: 200,
                legend: { show: false },
                cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
                scales: { x: { time: false, range: [-0.6, months.length - 0.4] }, y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] } },
                axes: [
                    {
                        ...axis,
                        size: 28,
                        grid: { show: false },
                        splits: () => months.map((_, index) => index).filter((index) => index % Math.ceil((months.length * 70) / element.clientWidth) === 0),
                        values: (_, splits) => splits.map((index) => (months[index] ? name(months[index].month) : '')),
                    },
                    { ...axis, size: 48 },
                ],
                series: [
                    {},
                    { label: 'Invoiced', fill: color('--invoiced'), width: 0, paths: bars(-1), points: { show: false } },
                    { label: 'Paid', fill: color('--paid'), width: 0, paths: bars(1), points: { show: false } },
                ],
                hooks: { setCursor: [(plot) => setAt(plot.cursor.idx ?? null)] },
            },
            [months.map((_, index) => index), months.map((row) => Number(row.invoiced)), months.map((row) => Number(row.paid))],
            element,
        );
        const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: 200 }));
        observer.observe(element);
        return () => {
            observer.disconnect();
            chart.destroy();
        };
    }, [months, theme]);

    if (months.length === 0) return <p class="empty">No invoices yet.</p>;
    const row = at === null ? undefined : months[at];
    return (
        <figure class="chart">
            <div
                ref={place}
                role="img"
                aria-label={`Bars for ${months.length} months. Invoiced ${sum(months, 'invoiced')} ${currency}, paid ${sum(months, 'paid')} ${currency} in all. The figures are in the table below.`}
            />
            <figcaption>
                <span class="key invoiced">Invoiced {row?.invoiced ?? sum(months, 'invoiced')}</span>
                <span class="key paid">Paid {row?.paid ?? sum(months, 'paid')}</span>
                <span class="soft">
                    {currency}, {row ? name(row.month) : `${months.length} months`}
                </span>
            </figcaption>
            <details>
                <summary>The figures as a table</summary>
                <div class="scroll" role="region" aria-label="Invoiced and paid by month" tabIndex={0}>
                    <table>
                        <caption class="hidden">Invoiced and paid by month, in {currency}</caption>
                        <thead>
                            <tr>
                                <th scope="col">Month</th>
                                <th scope="col" class="number">
                                    Invoiced
                                </th>
                                <th scope="col" class="number">
                                    Paid
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {months.toReversed().map((each) => (
                                <tr key={each.month}>
                                    <th scope="row">{name(each.month)}</th>
                                    <td class="number">{each.invoiced}</td>
                                    <td class="number">{each.paid}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            </details>
        </figure>
    );
}
