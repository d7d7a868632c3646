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

# Scripts in .venv carry its absolute path, so a moved or broken one is made again.
in_place := $(shell [ -x $(python) ] && [ "$$(cat .venv/.run 2>&1)" = "$$(pwd -P)" ] && echo yes)

site: .venv/.run ## 检查数据，生成网站（build/html） · Check the records and build the site
	@.venv/bin/siwu build

serve: .venv/.run ## 在本机预览网站 · Preview the site on this machine
	@.venv/bin/siwu serve

check: .venv/.run ## 只检查数据 · Check the records only
	@.venv/bin/siwu check

test: .venv/.test ## 代码检查和全部测试 · Lint, types and all tests
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --quiet --check
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/pytest --quiet

bench: .venv/.test ## 测速，与同类工具比较 · Measure against other tools
	@$(python) -m bench

picture: .venv/.test ## 给网页拍照，放进 README 和填报指南 · Take the pictures that the README and the filing guide show
	@$(python) -m tests.picture

format: .venv/.test ## 整理代码格式 · Format the code
	@.venv/bin/ruff check --quiet --fix
	@.venv/bin/ruff format --quiet

lock: .venv/.test ## 重新锁定 Python 依赖 · Lock the Python packages anew
	@$(lock) --upgrade requirements/run.in --output-file requirements/run.txt
	@$(lock) --upgrade requirements/test.in --output-file requirements/test.txt

clean: ## 删除生成的网站和缓存 · Remove the built site and caches
	@rm -rf build .cache .hypothesis
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
