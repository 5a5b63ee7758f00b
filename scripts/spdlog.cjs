// Stands in for @vscode/spdlog, the one compiled module that VS Code's server can't live without: the same logger in plain
// JavaScript. Lines are appended as they come; rotation isn't needed for runs of minutes.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
let globalLevel = 2;

class Logger {
  constructor(_type, name, file) {
    this.name = name;
    this.file = file;
    this.level = globalLevel;
    this.plain = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  write(level, message) {
    if (level < this.level) {
      return;
    }
    const text = this.plain ? message : `${new Date().toISOString()} [${this.name}] [${names[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.file, text);
    } catch {
      // The run folder is gone: its owner is done with the log too.
    }
  }
  trace(message) { this.write(0, message); }
  debug(message) { this.write(1, message); }
  info(message) { this.write(2, message); }
  warn(message) { this.write(3, message); }
  error(message) { this.write(4, message); }
  critical(message) { this.write(5, message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.plain = true; }
  flush() {}
  drop() {}
}

const create = async (name, file, size, count) => new Logger('rotating', name, file, size, count);

// One assignment each: VS Code imports these by name, and Node finds the names of a CommonJS module only in this form.
exports.version = 11100;
exports.setLevel = (level) => { globalLevel = level; };
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
exports.Logger = Logger;
