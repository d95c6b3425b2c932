// Starts the scripted model server with a script and stops it again.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = process.env.SCRIPTED_MODEL;
if (!program) throw new Error('SCRIPTED_MODEL must name tabletalk-scripted-model');

/** Calls `use` with the server's URL, and then `check` with all requests that it received. */
export async function withServer(script, use, check = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'scripted-'));
  const file = join(folder, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  const child = spawn(program, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const requests = [];
  try {
    const url = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`the scripted model ended with ${code}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.startsWith('listening on ')) resolve(line.slice('listening on '.length));
        else requests.push(JSON.parse(line));
      });
    });
    await use(url);
  } finally {
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin.end();
    await ended;
    rmSync(folder, { recursive: true });
  }
  check(requests);
}

/** The same reply to everything. */
export const always = (reply) => ({ rules: [{ times: 0, reply }] });
/** Replies in order. */
export const inOrder = (...replies) => ({ rules: replies.map((reply) => ({ reply })) });
