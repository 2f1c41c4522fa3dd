import { describe, expect, it } from 'vitest';
import { barPlot, described, everyNth, funnelBar, labelled, linePlot, roundUp, type Plot, type PlotPoint } from '../src/plot';

const points = (...values: (number | null)[]): PlotPoint[] => values.map((value, at) => ({ label: `${at + 1}`, value, whole: at < values.length - 1 }));
const plot = (values: PlotPoint[], more: Partial<Plot> = {}): Plot => ({
  id: 'p', title: 'Sessions', description: 'All of them.', points: values, say: (value) => `${value}`, atLeast: 4, ...more,
});
const numbers = (element: Element, name: string) => Number(element.getAttribute(name));

describe('scale', () => {
  it('ends at a round number that holds every value', () => {
    for (const [value, top] of [[0, 1], [1, 1], [3, 4], [5, 5], [6, 6], [11, 12], [99, 100], [101, 120], [999, 1000]] as const) {
      expect(roundUp(value)).toBe(top);
    }
  });
  it('writes as many labels as there is room for', () => {
    expect(everyNth(12, 50, 1000)).toBe(1);
    expect(everyNth(62, 50, 1000)).toBe(4);
    expect(everyNth(5, 50, 0)).toBeGreaterThan(1);
  });
});

describe('plots', () => {
  it('have a name and a description that a screen reader finds', () => {
    for (const draw of [linePlot, barPlot]) {
      const svg = draw(plot(points(1, 2, 3)));
      expect(svg.getAttribute('role')).toBe('img');
      const ids = svg.getAttribute('aria-labelledby')!.split(' ');
      expect(ids.map((id) => svg.querySelector(`[id="${id}"]`)?.textContent)).toEqual(['Sessions', 'All of them.']);
      expect(svg.innerHTML).not.toContain('style=');
    }
  });
  it('draw every bar inside the frame and to scale', () => {
    const svg = barPlot(plot(points(5, 10, 0)));
    const heights = [...svg.querySelectorAll('.bar')].map((bar) => numbers(bar, 'height'));
    expect(heights[1]! / heights[0]!).toBeCloseTo(2, 5);
    expect(heights[2]).toBe(0);
    const [, , width, height] = svg.getAttribute('viewBox')!.split(' ').map(Number);
    for (const bar of svg.querySelectorAll('rect.bar')) {
      expect(numbers(bar, 'x')).toBeGreaterThan(0);
      expect(numbers(bar, 'x') + numbers(bar, 'width')).toBeLessThan(width!);
      expect(numbers(bar, 'y') + numbers(bar, 'height')).toBeLessThan(height!);
    }
  });
  it('hatch what was not finished, and outline what is not over', () => {
    const svg = barPlot(plot([{ label: 'a', value: 10, full: 7, whole: true }, { label: 'b', value: 4, full: 4, whole: false }]));
    expect(svg.querySelectorAll('.bar-rest')).toHaveLength(1);
    expect(svg.querySelectorAll('.bar-part')).toHaveLength(1);
    expect(svg.querySelector('.bar-rest')!.getAttribute('fill')).toBe('url(#p-hatch)');
    expect(svg.querySelector('#p-hatch')).not.toBeNull();
  });
  it('break the line where nothing is known', () => {
    const svg = linePlot(plot(points(1, null, 3, 4)));
    expect(svg.querySelector('.line')!.getAttribute('d')!.match(/M/g)).toHaveLength(2);
    expect(svg.querySelectorAll('circle')).toHaveLength(3);
    expect(svg.querySelectorAll('circle.mark-part')).toHaveLength(1);
  });
  it('draw the target at its height with its name', () => {
    const svg = linePlot(plot(points(50, 100), { atLeast: 100, line: { value: 80, label: 'Target 80%' } }));
    const y = numbers(svg.querySelector('.target')!, 'y1');
    const [low, high] = [...svg.querySelectorAll('circle')].map((circle) => numbers(circle, 'cy'));
    expect(y).toBeCloseTo(low! + ((high! - low!) * 30) / 50, 3);
    expect(svg.querySelector('.target-label')!.textContent).toBe('Target 80%');
  });
  it('number a few values of many', () => {
    expect(labelled(points(1, 2, 3))).toEqual([0, 1, 2]);
    const many = points(...Array.from({ length: 60 }, (_, at) => (at === 20 ? 99 : at === 30 ? 0 : 5)));
    expect(labelled(many)).toEqual([0, 20, 30, 59]);
  });
  it('stand a day with nothing at all', () => {
    expect(barPlot(plot(points(0))).querySelectorAll('.bar')).toHaveLength(1);
    expect(linePlot(plot(points(null))).querySelectorAll('circle')).toHaveLength(0);
    const words = { span: (...all: string[]) => all.join(' '), empty: 'nothing' };
    expect(described(plot(points(null)), words)).toBe('nothing');
    expect(described(plot(points(3, 1)), words)).toBe('1 2 1 3');
  });
  it('a funnel bar says how many of how many', () => {
    const svg = funnelBar('f', '2 of 8', 8, 2, 10);
    expect(svg.querySelector('title')!.textContent).toBe('2 of 8');
    expect(numbers(svg.querySelector('.bar')!, 'width')).toBeCloseTo(120);
    expect(numbers(svg.querySelector('.bar-rest')!, 'width')).toBeCloseTo(40);
    expect(numbers(funnelBar('g', '', 0, 0, 0).querySelector('.bar')!, 'width')).toBe(0);
  });
});
