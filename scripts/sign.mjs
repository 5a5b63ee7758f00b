// node scripts/sign.mjs FOLDER: lists the packages of a folder in checksums.txt, and signs the list with CALYPSO_SIGNING_KEY. A step of
// its own, so that what builds the packages need not see the key.
import { readdirSync } from 'node:fs';
import { writeChecksums } from './checksums.mjs';
import { main } from './failure.mjs';

await main('sign', ([folder]) => {
  if (folder === undefined) {
    throw new Error('name the folder with the packages');
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.vsix'));
  if (files.length === 0) {
    throw new Error(`${folder} has no packages: run npm run package first`);
  }
  const signed = writeChecksums(folder, files);
  console.log(`checksums.txt lists ${files.length} files and is ${signed ? 'signed' : 'NOT signed: set CALYPSO_SIGNING_KEY to an Ed25519 key in PEM to sign it'}`);
});
