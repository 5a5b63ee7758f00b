// Answers of the grid's own library: points in, as [latitude, longitude, level], and polygons, as [rings, level].
import { readFileSync } from 'node:fs';
import * as h3 from 'h3-js';

const { points, polygons } = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify({
  points: (points ?? []).map(([latitude, longitude, level]) => {
    const cell = h3.latLngToCell(latitude, longitude, level);
    return {
      cell,
      pentagon: h3.isPentagon(cell),
      centre: h3.cellToLatLng(cell),
      boundary: h3.cellToBoundary(cell),
      rings: h3.gridDiskDistances(cell, 3),
      children: level < 15 ? h3.cellToChildren(cell, level + 1) : [],
    };
  }),
  polygons: (polygons ?? []).map(([rings, level]) => h3.polygonToCells(rings, level, true)),
}));
