#!/bin/sh
# Installs Suda from this clone into a folder of its own: compiled, with the packages of package-lock.json and nothing for
# development, and with the Node that it was tried with. `sh examples/deploy/install.sh /opt/suda`; again after a pull.
set -eu

target=${1:?the folder to install into, such as /opt/suda}
cd "$(dirname "$0")/../.."
draft=$target.new
rm -rf "$draft"
mkdir -p "$draft/bin"

# Installs and compiles what is missing here.
npm run -s suda -- --version >/dev/null
for package in packages/*/; do
  mkdir -p "$draft/$package"
  npm pack --silent --pack-destination "$draft" "./$package" >/dev/null
  tar -xzf "$draft"/*.tgz --strip-components=1 -C "$draft/$package"
  rm "$draft"/*.tgz
done
cp package.json package-lock.json .npmrc "$draft/"
cp node_modules/node/bin/node "$draft/bin/node"
(cd "$draft" && npm ci --omit=dev --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error)

cat >"$draft/bin/suda" <<'SUDA'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/../packages/server/dist/src/cli/suda.js" "$@"
SUDA
chmod 755 "$draft/bin/suda"

# The last step, so that a running server has its files until its restart.
rm -rf "$target.old"
[ ! -e "$target" ] || mv "$target" "$target.old"
mv "$draft" "$target"
