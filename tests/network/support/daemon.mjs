/* SPDX-License-Identifier: MIT */
/* Proxies as Debian has them, each with a configuration of its own. */
import { execFileSync, spawn } from 'node:child_process';
import net from 'node:net';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../../e2e/support/patience.mjs';
import { folder } from '../../e2e/support/program.mjs';

/* Whether somebody listens there. */
const answers = (port) => new Promise((done) => {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('connect', () => {
    socket.destroy();
    done(true);
  });
  socket.on('error', () => done(false));
});

/* A port that was free a moment ago; nobody else is in this network. */
async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/* Who is root in this network alone knows no other user, and a daemon of
 * root's wants to become another: then it is one from the start. */
const { length: users } = readFileSync('/proc/self/uid_map', 'utf8')
  .trim().split('\n').filter((line) => !/ 1$/.test(line));
const unprivileged = users > 0 ? []
  : ['unshare', '--map-user=65534', '--map-group=65534'];

/* Starts a daemon in the foreground and waits until it listens. `files` maps
 * names to content; `{dir}` and `{port}` in them and in the arguments are
 * filled in. `inside` is a command that runs what is behind it. */
async function daemon(t, program, args, files, inside = []) {
  const dir = folder(t);
  const port = await freePort();
  const fill = (text) => text.replaceAll('{dir}', dir)
    .replaceAll('{port}', String(port));
  chmodSync(dir, 0o755);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(dir, name), fill(content), { mode: 0o644 });
  }
  const [command, ...rest] = [...inside.map(fill), ...unprivileged, program,
    ...args.map(fill)];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (data) => { said += data; });
  child.stderr.on('data', (data) => { said += data; });
  const ended = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(
      new Error(`${program} ended with ${code}: ${said}`)));
  });
  ended.catch(() => {});
  t.after(() => child.kill('SIGKILL'));
  const listening = (async () => {
    while (!await answers(port)) {
      await new Promise((done) => setTimeout(done, 20));
    }
  })();
  await within(Promise.race([listening, ended]), `${program} listening`,
    () => said);
  return port;
}

export async function tinyproxy(t, lines = '') {
  return daemon(t, 'tinyproxy', ['-d', '-c', '{dir}/conf'], {
    conf: 'Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nMaxClients 100\n'
      + `LogLevel Critical\n${lines}`,
  });
}

/* `port` is the directive that makes it listen. */
export async function squid(t, { port = 'http_port 127.0.0.1:{port}',
  access = 'http_access allow all', files = {} } = {}) {
  return daemon(t, 'squid', ['-N', '-f', '{dir}/conf'], {
    conf: `${port}\n${access}\npid_filename none\nvisible_hostname test\n`
      + 'access_log none\ncache_log /dev/null\ncache_store_log none\n'
      + 'netdb_filename none\ncache deny all\npinger_enable off\n'
      + 'shutdown_lifetime 0 seconds\n',
    ...files,
  });
}

/* Its users are those of the system: for a login it gets a list of its own,
 * with one more, whose password is `password`. */
function userLists(user, password) {
  const hash = execFileSync('openssl', ['passwd', '-6', password])
    .toString().trim();
  return {
    passwd: `${readFileSync('/etc/passwd', 'utf8')}`
      + `${user}:x:65533:65533::/:/bin/false\n`,
    shadow: `${user}:${hash}:20000:0:99999:7:::\n`,
  };
}

export async function dante(t, login) {
  const lists = login === undefined ? {}
    : userLists(login.user, login.password);
  const mounts = Object.keys(lists)
    .map((name) => `mount --bind {dir}/${name} /etc/${name} && `).join('');
  return daemon(t, 'danted', ['-f', '{dir}/conf', '-p', '{dir}/pid'], {
    ...lists,
    conf: 'logoutput: stderr\ninternal: 127.0.0.1 port = {port}\n'
      + 'external: lo\nclientmethod: none\n'
      + `socksmethod: ${login === undefined ? 'none' : 'username'}\n`
      + 'user.privileged: root\nuser.unprivileged: nobody\n'
      + 'client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n'
      + 'socks block { from: 0.0.0.0/0 to: 127.0.0.66/32 }\n'
      + 'socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n',
  }, ['unshare', '--mount', 'sh', '-c', `${mounts}exec "$0" "$@"`]);
}
