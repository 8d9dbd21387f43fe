# The package and its dependencies, at the versions of constraints.txt; the image is checked by the
# main job, whose compiled kernels stay in it.
#     docker build -t skimpy_renaissance .
#     docker run --rm -v "$PWD:/home/modeller/work" -w /home/modeller/work skimpy_renaissance check run.toml
FROM python:3.11-slim
# An index with smaller builds of torch, if one is given with --build-arg.
ARG PIP_EXTRA_INDEX_URL
WORKDIR /source
COPY constraints.txt setup.cfg setup.py README.rst LICENSE ./
COPY skimpy_renaissance skimpy_renaissance
RUN python -m pip install --no-cache-dir --constraint constraints.txt .
RUN useradd --create-home modeller
USER modeller
WORKDIR /home/modeller
RUN skimpy-renaissance demo --output /tmp/demo && rm -r /tmp/demo
ENTRYPOINT ["skimpy-renaissance"]
CMD ["--help"]
