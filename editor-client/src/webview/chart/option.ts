/** What ECharts is told to paint. The server has decided columns, order, scales and points; here are shapes and places. */
import { BarChart, CustomChart, LineChart, PieChart, ScatterChart, TreemapChart } from 'echarts/charts';
import { AriaComponent, DataZoomInsideComponent, GridComponent, LegendScrollComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import { use, type EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import type { Chart, ChartAxis } from '../../../generated/protocol';
import type { Theme } from './theme';

use([BarChart, CustomChart, LineChart, PieChart, ScatterChart, TreemapChart, CanvasRenderer, SVGRenderer]);
use([AriaComponent, DataZoomInsideComponent, GridComponent, LegendScrollComponent, TitleComponent, TooltipComponent]);

type Part = Record<string, unknown>;

// A series is known by its shape as well as by its colour, and lines beyond those by their dashes.
const shapes = ['circle', 'rect', 'triangle', 'diamond', 'path://M3 0h3v3h3v3h-3v3h-3v-3h-3v-3h3z', 'pin', 'arrow'];
const dashes = ['solid', 'dashed', 'dotted'];

/** In a low panel title and legend share a line, and axes go without names: else nothing is left for the picture. */
export const isLow = (height: number): boolean => height < 240;

export function optionOf(chart: Chart, theme: Theme, height: number, wheel?: 'ctrl'): EChartsCoreOption {
  const { font, faint } = theme;
  const byAxis = ['line', 'area', 'bar'].includes(chart.form);
  const low = isLow(height);
  const beside = low && chart.legend && chart.title !== '';
  const head = 12 + (chart.title === '' || beside ? 0 : 24);
  const top = head + (chart.legend ? 26 : 0);
  return {
    animation: false, useUTC: true, color: theme.palette, backgroundColor: theme.back, textStyle: font,
    title: { text: chart.title, left: beside ? 16 : 'center', top: 6, textStyle: { ...font, fontSize: font.fontSize + (low ? 1 : 3), ...(beside ? { width: 240, overflow: 'truncate' } : {}) } },
    legend: { type: 'scroll', show: chart.legend, top: head - 4, left: beside ? 272 : 16, right: 16, textStyle: font, pageTextStyle: font, pageIconColor: font.color, pageIconInactiveColor: faint, inactiveColor: faint },
    tooltip: {
      renderMode: 'richText', trigger: byAxis ? 'axis' : 'item', backgroundColor: theme.hover, borderColor: theme.line, textStyle: font,
      // Braces would be taken for styles: names are out of a result, and a tooltip is painted text.
      formatter: (hit: Hit | Hit[]) => tooltip(chart, [hit].flat()).replaceAll('{', '(').replaceAll('}', ')'),
    },
    aria: { enabled: true, label: { enabled: false }, decal: { show: theme.contrast } },
    ...(chart.tree === undefined ? plane(low ? nameless(chart) : chart, theme, { top, height, wheel: wheel ?? true }) : { series: [parts(chart, theme, top)] }),
  };
}

const nameless = (chart: Chart): Chart => ({ ...chart, x: { ...chart.x, title: '' }, axes: chart.axes.map((axis) => ({ ...axis, title: '' })) });

function plane(chart: Chart, theme: Theme, { top, height, wheel }: { top: number; height: number; wheel: 'ctrl' | true }): Part {
  const { panels, axes, flat } = chart;
  const list = axes.slice(0, panels).map((_, index) => index);
  const above = top + ((flat ? [chart.x] : axes).some(({ title }) => title !== '') ? 22 : 4);
  const below = (flat ? axes : [chart.x]).some(({ title }) => title !== '') ? 26 : 12;
  const share = (height - above - below + 42) / panels;
  const steps = flat ? 5 : Math.max(2, Math.min(5, Math.floor((share - 42) / 28))); // numbers need room above one another
  const ends = chart.thinned && chart.x.type !== 'category' ? chart.x : undefined;
  const x = list.map((index) => axis(chart.x, theme, { gridIndex: index, upright: flat, name: index === panels - 1 ? chart.x.title : '', ends }));
  const y = axes.map((of, index) => axis(of, theme, { gridIndex: Math.min(index, panels - 1), upright: !flat, name: of.title, steps, place: panels === 1 ? index : 0, lines: true, zero: chart.form === 'bar' || chart.form === 'area' }));
  return {
    grid: list.map((index) => ({
      left: 12 + (panels > 1 ? 0 : 60 * Math.floor((axes.length - 1) / 2)),
      right: panels > 1 || axes.length === 1 ? 24 : 60 * Math.floor(axes.length / 2),
      ...(panels > 1 ? { top: above + index * share, height: share - 42 } : { top: above, bottom: below }),
      containLabel: true,
    })),
    [flat ? 'yAxis' : 'xAxis']: x,
    [flat ? 'xAxis' : 'yAxis']: y,
    dataZoom: [{ type: 'inside', [flat ? 'yAxisIndex' : 'xAxisIndex']: list, filterMode: 'none', zoomOnMouseWheel: wheel }],
    series: chart.spans === undefined ? seriesOf(chart, theme) : [ladder(chart)],
  };
}

type Place = { gridIndex: number; name: string; upright: boolean; place?: number; steps?: number; ends?: ChartAxis | undefined; lines?: boolean; zero?: boolean };

function axis(of: ChartAxis, { font, faint, line, contrast }: Theme, { gridIndex, name, upright, place = 0, steps = 5, ends, lines = false, zero = false }: Place): Part {
  const named = of.type === 'category';
  const inverse = upright && named;
  return {
    type: of.log ? 'log' : named || of.type === 'time' ? of.type : 'value',
    gridIndex, name, inverse, data: of.categories, min: of.min ?? ends?.from, max: of.max ?? ends?.to, scale: !zero, splitNumber: steps,
    nameLocation: !upright ? 'middle' : inverse ? 'start' : 'end',
    nameGap: upright ? 12 : 24,
    nameTextStyle: { color: faint, fontSize: font.fontSize, ...(upright ? { align: inverse ? 'right' : place % 2 === 0 ? 'left' : 'right' } : {}) },
    axisLabel: { ...font, hideOverlap: true, width: 160, overflow: 'truncate', ...(of.type === 'span' || of.type === 'number' ? { formatter: (value: number) => valueText(of, value, true) } : {}) },
    axisLine: { show: true, lineStyle: { color: faint } }, axisTick: { lineStyle: { color: faint } },
    splitLine: { show: lines && place === 0, lineStyle: { color: line, opacity: contrast ? 0.4 : 1 } },
    ...(upright ? { position: place % 2 === 0 ? 'left' : 'right', offset: Math.floor(place / 2) * 60 } : {}),
  };
}

export function seriesOf(chart: Chart, theme: Theme): Part[] {
  const { flat, form, stacked } = chart;
  let x: readonly (number | null)[] = [];
  return chart.series.map(({ name, x: own, y, axis, mark }, index) => {
    const at = (x = own ?? x);
    const data = y.map((value, i) => (flat ? [value, at[i]] : [at[i], value]));
    const base = { name, data, symbol: shapes[index % shapes.length], [flat ? 'yAxisIndex' : 'xAxisIndex']: chart.panels > 1 ? axis : 0, [flat ? 'xAxisIndex' : 'yAxisIndex']: axis, ...(stacked ? { stack: `on ${axis}` } : {}) };
    if (mark === true || form === 'scatter') {
      const special = { symbol: 'diamond', symbolSize: 11, itemStyle: { color: theme.alert, borderColor: theme.back }, z: 5 };
      return { ...base, type: 'scatter', symbolSize: 7, itemStyle: { opacity: 0.8 }, ...(mark === true ? special : {}) };
    }
    if (form === 'bar') {
      return { ...base, type: 'bar', barMaxWidth: 60, itemStyle: theme.contrast ? { borderColor: theme.font.color, borderWidth: 1 } : {} };
    }
    // A dozen marks along a line, so that lines differ by more than colour; what stands alone needs one to be seen.
    const step = Math.max(Math.ceil(data.length / 12), 1);
    const seen = (_: unknown, { dataIndex: i }: { dataIndex: number }): number =>
      (chart.series.length > 1 && (i + index) % step === 0) || (y[i - 1] == null && y[i + 1] == null) ? 6 : 0;
    const dash = dashes[theme.contrast ? index % 3 : Math.floor(index / theme.palette.length) % 3];
    return { ...base, type: 'line', showAllSymbol: true, symbolSize: seen, lineStyle: { width: 1.6, type: dash }, ...(form === 'area' ? { areaStyle: { opacity: stacked ? 0.55 : 0.22 } } : {}) };
  });
}

function parts({ form, tree, legend }: Chart, { font, faint, back, hover }: Theme, top: number): Part {
  if (form === 'pie') {
    const label = { ...font, lineHeight: 16, formatter: '{b} ({d}%)' };
    return { type: 'pie', top: legend ? top : 8, bottom: 8, radius: '78%', minShowLabelAngle: 8, data: tree, itemStyle: { borderColor: back, borderWidth: 1 }, label, labelLine: { lineStyle: { color: faint } } };
  }
  const nested = tree?.some(({ children }) => children !== undefined);
  const upperLabel = { show: nested, height: 20, ...font, backgroundColor: hover, overflow: 'truncate' };
  const levels = [{ upperLabel: { show: false }, itemStyle: { borderWidth: 0, gapWidth: 2 } }, { itemStyle: { borderWidth: 2, gapWidth: 1 }, colorAlpha: [0.55, 0.85] }];
  return { type: 'treemap', top, bottom: 8, left: 8, right: 8, roam: false, nodeClick: false, breadcrumb: { show: false }, data: tree, label: { ...font, textBorderColor: back, textBorderWidth: 2, overflow: 'truncate' }, upperLabel, itemStyle: { borderColor: back, gapWidth: 1 }, levels };
}

type Coordinates = (of: readonly number[]) => [number, number];
type Api = { value: (dimension: number) => number; coord: Coordinates; size: Coordinates; visual: (name: string) => string };

function ladder({ x, spans }: Chart): Part {
  const renderItem = (_: unknown, api: Api): Part => {
    const [left, y] = api.coord([api.value(1), api.value(0)]);
    const height = Math.min(api.size([0, 1])[1] * 0.6, 22);
    return { type: 'rect', shape: { x: left, y: y - height / 2, width: Math.max(api.coord([api.value(2), 0])[0] - left, 2), height }, style: { fill: api.visual('color') } };
  };
  return { type: 'custom', name: x.title, renderItem, encode: { x: [1, 2], y: 0 }, data: spans?.map(({ row, from, to }) => [row, from, to]) };
}

type Hit = { seriesName?: string; name: string; value: number | (number | null)[]; percent?: number; seriesIndex: number };

function tooltip({ axes, x, spans, flat, series }: Chart, hits: readonly Hit[]): string {
  const [first] = hits;
  if (first === undefined || !Array.isArray(first.value)) {
    return `${first?.name ?? ''}\n${valueText(axes[0], first?.value as number)}${first?.percent === undefined ? '' : ` (${first.percent}%)`}`;
  }
  if (spans !== undefined) {
    return `${valueText(axes[0], first.value[0])}\n${valueText(x, first.value[1])} – ${valueText(x, first.value[2])}`;
  }
  const values = hits.map(({ seriesName, seriesIndex, value }) => ({ name: seriesName ?? '', text: valueText(axes[series[seriesIndex]?.axis ?? 0], (value as number[])[flat ? 0 : 1]) }));
  const lines = values.filter(({ text }) => text !== '').map(({ name, text }) => `${name}: ${text}`);
  return [valueText(x, first.value[flat ? 1 : 0]), ...lines.slice(0, 20), ...(lines.length > 20 ? [`and ${lines.length - 20} more`] : [])].join('\n');
}

function valueText(axis: ChartAxis | undefined, value: number | null | undefined, brief = false): string {
  if (value == null || Number.isNaN(value)) {
    return '';
  }
  switch (axis?.type) {
    case 'category':
      return axis.categories?.[value] ?? '';
    case 'time':
      return new Date(value).toISOString().replace('T', ' ').replace(/(?: 00:00:00|:00)?\.000Z$|Z$/, '');
    case 'span': {
      const [days, part] = [Math.floor(Math.abs(value) / 86_400_000), Math.abs(value) % 86_400_000];
      return `${value < 0 ? '-' : ''}${days === 0 ? '' : `${days}.`}${new Date(part).toISOString().slice(11, -1).replace(/\.000$/, '')}`;
    }
    default:
      return value.toLocaleString('en', brief && Math.abs(value) >= 1e6 ? { notation: 'compact', maximumSignificantDigits: 7 } : { maximumSignificantDigits: 15 });
  }
}
